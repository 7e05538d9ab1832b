locals {
  functions = toset(["configs", "predict", "health", "metrics"])
  images    = setunion(local.functions, ["migrate"])

  # An environment for kubectl; kubeconfigs name contexts, and it takes another only as a flag.
  kubectl = { KUBECONFIG = pathexpand(var.kubeconfig) }
  context = var.kube_context == null ? "" : "--context='${var.kube_context}'"
}

# Knative, by its operator.

resource "helm_release" "knative_operator" {
  count = var.install_knative ? 1 : 0

  name             = "knative-operator"
  repository       = "https://knative.github.io/operator"
  chart            = "knative-operator"
  version          = "v${var.knative_version}"
  namespace        = "knative-operator"
  create_namespace = true
  atomic           = true
}

resource "kubectl_manifest" "knative_namespace" {
  count = var.install_knative ? 1 : 0

  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Namespace"
    metadata   = { name = "knative-serving" }
  })
}

resource "kubectl_manifest" "knative_serving" {
  count = var.install_knative ? 1 : 0

  yaml_body = yamlencode({
    apiVersion = "operator.knative.dev/v1beta1"
    kind       = "KnativeServing"
    metadata   = { name = "knative-serving", namespace = "knative-serving" }
    spec = {
      version = var.knative_version
      ingress = { kourier = { enabled = true } }
      config = {
        network       = { ingress-class = "kourier.ingress.networking.knative.dev" }
        domain        = var.knative_domain == null ? {} : { (var.knative_domain) = "" }
        observability = var.monitoring ? { metrics-protocol = "prometheus", request-metrics-protocol = "prometheus" } : {}
      }
    }
  })

  depends_on = [helm_release.knative_operator, kubectl_manifest.knative_namespace]
}

# No provider waits for what it does not know; kubectl does, and is here anyway where clusters are run.
resource "terraform_data" "knative_ready" {
  count = var.install_knative ? 1 : 0

  triggers_replace = [kubectl_manifest.knative_serving[0].yaml_body_parsed]

  provisioner "local-exec" {
    command     = "kubectl ${local.context} -n knative-serving wait knativeserving/knative-serving --for=condition=Ready --timeout=${var.ready_timeout}"
    environment = local.kubectl
  }
}

# The functions: the overlay, with what the variables say. Terraform sees each object of it.

data "kustomization_overlay" "functions" {
  namespace = var.namespace
  resources = ["${path.module}/../overlays/${var.overlay}"]
  components = [
    for component in sort(var.components) : "${path.module}/../components/${component}"
  ]

  # A name that is given here stands over that of the overlay, whichever that is.
  dynamic "patches" {
    for_each = local.images
    content {
      patch = yamlencode([{
        op    = "replace"
        path  = "/spec/template/spec/containers/0/image"
        value = "${var.image_prefix}${patches.value}${try("@${var.image_digests[patches.value]}", ":${var.image_tag}")}"
      }])
      target {
        kind = patches.value == "migrate" ? "Job" : "Service"
        name = patches.value
      }
    }
  }

  dynamic "patches" {
    for_each = var.scale
    content {
      patch = yamlencode([
        {
          op    = "add"
          path  = "/spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale"
          value = tostring(patches.value.min)
        },
        {
          op    = "add"
          path  = "/spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale"
          value = tostring(patches.value.max)
        },
      ])
      target {
        group = "serving.knative.dev"
        kind  = "Service"
        name  = patches.key
      }
    }
  }
}

locals {
  objects = data.kustomization_overlay.functions.ids

  # Namespace, then all that a pod reads, then the migration, then the functions.
  namespaces = toset([for id in local.objects : id if startswith(id, "_/Namespace/")])
  migrations = toset([for id in local.objects : id if startswith(id, "batch/Job/")])
  services   = toset([for id in local.objects : id if startswith(id, "serving.knative.dev/Service/")])
  others     = setsubtract(local.objects, setunion(local.namespaces, local.migrations, local.services))
}

resource "kubectl_manifest" "namespace" {
  for_each = local.namespaces

  yaml_body = data.kustomization_overlay.functions.manifests[each.key]
}

resource "kubectl_manifest" "database" {
  count = var.database_url == null ? 0 : 1

  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Secret"
    metadata   = { name = "quartet-database", namespace = var.namespace }
    stringData = { DATABASE_URL = var.database_url }
  })
  sensitive_fields = ["stringData"]

  depends_on = [kubectl_manifest.namespace]
}

resource "kubectl_manifest" "support" {
  for_each = local.others

  yaml_body = data.kustomization_overlay.functions.manifests[each.key]

  depends_on = [kubectl_manifest.namespace, terraform_data.knative_ready]
}

resource "kubectl_manifest" "migration" {
  for_each = local.migrations

  yaml_body = data.kustomization_overlay.functions.manifests[each.key]
  # Of a Job nothing can be changed, and one that has ended is gone after a while: it is made again when it is another.
  force_new = true

  depends_on = [kubectl_manifest.support, kubectl_manifest.database]
}

resource "terraform_data" "migrated" {
  triggers_replace = [for migration in kubectl_manifest.migration : migration.uid]

  provisioner "local-exec" {
    command     = "kubectl ${local.context} -n ${var.namespace} wait job/migrate --for=condition=Complete --timeout=${var.ready_timeout}"
    environment = local.kubectl
  }
}

resource "kubectl_manifest" "function" {
  for_each = local.services

  yaml_body = data.kustomization_overlay.functions.manifests[each.key]
  # Knative's webhook and `quartet rollout` write into it, too.
  server_side_apply = true
  force_conflicts   = true

  depends_on = [terraform_data.migrated]
}

resource "terraform_data" "ready" {
  triggers_replace = [for function in kubectl_manifest.function : function.yaml_body_parsed]

  provisioner "local-exec" {
    command     = "kubectl ${local.context} -n ${var.namespace} wait services.serving.knative.dev --all --for=condition=Ready --timeout=${var.ready_timeout}"
    environment = local.kubectl
  }
}
