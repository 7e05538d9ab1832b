terraform {
  required_version = ">= 1.8"

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
    # Knative's kinds are unknown while a cluster without Knative is planned for; kubernetes_manifest asks for them then.
    kubectl = {
      source  = "gavinbunney/kubectl"
      version = "~> 1.19"
    }
    kustomization = {
      source  = "kbst/kustomization"
      version = "~> 0.9"
    }
  }
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = var.kube_context
  }
}

provider "kubectl" {
  config_path      = var.kubeconfig
  config_context   = var.kube_context
  load_config_file = true
  # What was applied a moment ago may not be there yet: kinds of the operator, the webhook of Knative.
  apply_retry_count = 10
}

provider "kustomization" {
  kubeconfig_path = var.kubeconfig
  context         = var.kube_context
}
