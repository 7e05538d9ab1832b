output "namespace" {
  description = "The namespace of the functions."
  value       = var.namespace
}

output "functions" {
  description = "The names of the functions, as Knative Services of the namespace."
  value       = sort([for id in local.services : element(split("/", id), 3)])
}

output "hosts" {
  description = "The host of each function, where the domain is known."
  value = {
    for id in local.services :
    element(split("/", id), 3) => var.knative_domain == null ? null : "${element(split("/", id), 3)}.${var.namespace}.${var.knative_domain}"
  }
}

output "status_command" {
  description = "Prints the state of the functions, and their addresses."
  value       = "npx quartet status --namespace ${var.namespace}"
}

output "grafana_command" {
  description = "Makes Grafana reachable on this machine, at http://localhost:3000; null without monitoring."
  value       = var.monitoring ? "kubectl -n ${local.monitoring_namespace} port-forward service/monitoring-grafana 3000:80" : null
}
