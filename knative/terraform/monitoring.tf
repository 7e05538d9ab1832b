# kube-prometheus-stack: Prometheus with its operator, Alertmanager, Grafana, kube-state-metrics and node exporter. What is
# scraped, the rules and the dashboards are the component's; here is only where they run.

locals {
  component = "${path.module}/../components/monitoring"
  # The component lets in the Prometheus of this name in this namespace, as kube-prometheus has them.
  monitoring_namespace = "monitoring"
  prometheus_account   = "prometheus-k8s"
}

resource "kubectl_manifest" "monitoring_namespace" {
  count = var.monitoring ? 1 : 0

  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Namespace"
    metadata   = { name = local.monitoring_namespace }
  })
}

resource "kubectl_manifest" "alert_receivers" {
  count = var.monitoring && var.alert_webhooks != null ? 1 : 0

  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Secret"
    metadata   = { name = "alertmanager-receivers", namespace = local.monitoring_namespace }
    stringData = var.alert_webhooks
  })
  sensitive_fields = ["stringData"]

  depends_on = [kubectl_manifest.monitoring_namespace]
}

resource "helm_release" "monitoring" {
  count = var.monitoring ? 1 : 0

  name       = "monitoring"
  repository = "https://prometheus-community.github.io/helm-charts"
  chart      = "kube-prometheus-stack"
  version    = var.monitoring_version
  namespace  = local.monitoring_namespace
  atomic     = true
  timeout    = 600

  values = [yamlencode({
    prometheus = {
      serviceAccount = { name = local.prometheus_account }
      prometheusSpec = {
        retention = var.prometheus_retention
        # By default it sees only what its own release has made.
        podMonitorSelectorNilUsesHelmValues   = false
        ruleSelectorNilUsesHelmValues         = false
        scrapeConfigSelectorNilUsesHelmValues = false
        storageSpec = var.prometheus_storage == null ? {} : {
          volumeClaimTemplate = {
            spec = {
              accessModes = ["ReadWriteOnce"]
              resources   = { requests = { storage = var.prometheus_storage } }
            }
          }
        }
      }
    }
    alertmanager = var.alert_webhooks == null ? {} : {
      config           = yamldecode(file("${local.component}/alertmanager.yaml"))
      alertmanagerSpec = { secrets = ["alertmanager-receivers"] }
    }
    grafana = {
      adminPassword = var.grafana_password
      sidecar       = { dashboards = { enabled = true, label = "grafana_dashboard", searchNamespace = "ALL" } }
    }
    kube-state-metrics = { enabled = true }
    nodeExporter       = { enabled = true }
  })]

  depends_on = [kubectl_manifest.monitoring_namespace, kubectl_manifest.alert_receivers]
}

data "kustomization_overlay" "monitoring" {
  count = var.monitoring ? 1 : 0

  namespace  = var.namespace
  components = [local.component]
}

resource "kubectl_manifest" "monitoring" {
  for_each = var.monitoring ? data.kustomization_overlay.monitoring[0].ids : toset([])

  yaml_body         = data.kustomization_overlay.monitoring[0].manifests[each.key]
  server_side_apply = true

  depends_on = [helm_release.monitoring, kubectl_manifest.namespace]
}
