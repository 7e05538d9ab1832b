variable "kubeconfig" {
  type        = string
  description = "The kubeconfig by which the cluster is reached."
  default     = "~/.kube/config"

  validation {
    condition     = fileexists(pathexpand(var.kubeconfig))
    error_message = "There is no such file. Say which kubeconfig to use, for example with TF_VAR_kubeconfig."
  }
}

variable "kube_context" {
  type        = string
  description = "The context of the kubeconfig; null is its current one."
  default     = null
  nullable    = true

  validation {
    condition     = var.kube_context == null ? true : length(var.kube_context) > 0
    error_message = "Say the name of a context, or null for the current one."
  }
}

variable "namespace" {
  type        = string
  description = "The namespace of the functions, which is made."
  default     = "quartet"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "A namespace is 1 to 63 lower case letters, digits and hyphens, and begins and ends with a letter or a digit."
  }
}

variable "overlay" {
  type        = string
  description = "The overlay to begin from: its name under knative/overlays."
  default     = "production"

  validation {
    condition     = fileexists("${path.module}/../overlays/${var.overlay}/kustomization.yaml")
    error_message = "There is no such overlay. Those that are there are the folders of knative/overlays."
  }
}

variable "components" {
  type        = set(string)
  description = "What the functions shall have beside: names of folders of knative/components, such as one-host."
  default     = []

  validation {
    condition = alltrue([
      for component in var.components : fileexists("${path.module}/../components/${component}/kustomization.yaml")
    ])
    error_message = "One of these is no component. Those that are there are the folders of knative/components."
  }

  validation {
    condition     = !contains(var.components, "monitoring")
    error_message = "Monitoring is a variable of its own, since it needs the kinds of its operator: set monitoring = true."
  }
}

variable "image_prefix" {
  type        = string
  description = "What stands before the function's name in the name of its image."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.:/_-]*$", var.image_prefix))
    error_message = "Say a registry and a path, such as registry.example/team/quartet-."
  }
}

variable "image_tag" {
  type        = string
  description = "The tag of the images; one that is never moved."

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "A tag is letters, digits, dots, underscores and hyphens. latest is none that stays: say a version."
  }
}

variable "image_digests" {
  type        = map(string)
  description = "Digests by function, for what shall not even depend on a tag: { configs = \"sha256:...\" }."
  default     = {}

  validation {
    condition = alltrue([
      for name, digest in var.image_digests :
      contains(["configs", "predict", "health", "metrics", "migrate"], name) && can(regex("^sha256:[0-9a-f]{64}$", digest))
    ])
    error_message = "Each is the digest of configs, predict, health, metrics or migrate: sha256: and 64 hexadecimal digits."
  }
}

variable "database_url" {
  type        = string
  description = "The database of configs, metrics and the totals. Null where the Secret quartet-database is somebody else's work; it is in the state otherwise."
  default     = null
  nullable    = true
  sensitive   = true

  validation {
    condition     = var.database_url == null ? true : can(regex("^postgres(ql)?://[^/]+/[^/?]+", var.database_url))
    error_message = "Say it as postgres://user:password@host:5432/database."
  }
}

variable "scale" {
  type = map(object({
    min = optional(number, 0)
    max = optional(number, 10)
  }))
  description = "The fewest and the most pods by function; what is left out is as the overlay has it."
  default     = {}

  validation {
    condition = alltrue([
      for name, scale in var.scale : contains(["configs", "predict", "health", "metrics"], name)
    ])
    error_message = "The functions are configs, predict, health and metrics."
  }

  validation {
    condition = alltrue([
      for scale in values(var.scale) : scale.min >= 0 && scale.max >= 1 && scale.min <= scale.max
    ])
    error_message = "The fewest are 0 or more, the most 1 or more, and the fewest not above the most."
  }
}

variable "ready_timeout" {
  type        = string
  description = "How long a function may take until it is ready, and the migration until it is done."
  default     = "5m"

  validation {
    condition     = can(regex("^[1-9][0-9]*[smh]$", var.ready_timeout))
    error_message = "Say a duration such as 90s or 5m."
  }
}

variable "install_knative" {
  type        = bool
  description = "Whether Knative Serving and Kourier are installed, by the Knative operator; false where the cluster has them."
  default     = true

  validation {
    condition     = var.install_knative || var.knative_domain == null
    error_message = "A Knative that is there has its domain already: leave knative_domain null."
  }
}

variable "knative_version" {
  type        = string
  description = "The version of the operator, and the release of Serving that it installs."
  default     = "1.19.0"

  validation {
    condition     = can(regex("^1\\.[0-9]+\\.[0-9]+$", var.knative_version))
    error_message = "Say all three numbers of a release, such as 1.19.0."
  }
}

variable "knative_domain" {
  type        = string
  description = "The domain of the functions' hosts, which are NAME.NAMESPACE.DOMAIN. Null leaves Knative's own, which no DNS knows."
  default     = null
  nullable    = true

  validation {
    condition     = var.knative_domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.knative_domain))
    error_message = "Say a domain such as functions.example.com."
  }
}

variable "monitoring" {
  type        = bool
  description = "Whether kube-prometheus-stack is installed, and shown the functions, their alerts and their dashboards."
  default     = true

  validation {
    condition     = !var.monitoring || var.grafana_password != null
    error_message = "Grafana wants a password: set grafana_password."
  }

  validation {
    condition     = !var.monitoring || var.namespace == "quartet"
    error_message = "What is scraped is the namespace quartet: with another one, set monitoring = false and patch the component."
  }
}

variable "monitoring_version" {
  type        = string
  description = "The version of the chart kube-prometheus-stack."
  default     = "72.6.2"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.monitoring_version))
    error_message = "Say all three numbers of a version, such as 72.6.2."
  }
}

variable "grafana_password" {
  type        = string
  description = "The password of Grafana's user admin; it is in the state."
  default     = null
  nullable    = true
  sensitive   = true

  validation {
    condition     = var.grafana_password == null ? true : length(var.grafana_password) >= 12
    error_message = "Take 12 characters at least."
  }
}

variable "prometheus_retention" {
  type        = string
  description = "How long Prometheus keeps what it has seen; the error budget is counted over 30 days."
  default     = "35d"

  validation {
    condition     = can(regex("^[1-9][0-9]*[dwy]$", var.prometheus_retention))
    error_message = "Say days, weeks or years, such as 35d."
  }
}

variable "prometheus_storage" {
  type        = string
  description = "The size of Prometheus' volume. Null keeps everything in its pod, and no longer than that."
  default     = null
  nullable    = true

  validation {
    condition     = var.prometheus_storage == null ? true : can(regex("^[1-9][0-9]*(Mi|Gi|Ti)$", var.prometheus_storage))
    error_message = "Say a size such as 20Gi."
  }
}

variable "alert_webhooks" {
  type = object({
    pager   = string
    tickets = string
  })
  description = "Where alerts go: the addresses of two webhooks, for what wakes somebody and for what can wait. Null tells nobody; they are in the state otherwise."
  default     = null
  nullable    = true
  sensitive   = true

  validation {
    condition = var.alert_webhooks == null ? true : alltrue([
      for address in [var.alert_webhooks.pager, var.alert_webhooks.tickets] : can(regex("^https?://", address))
    ])
    error_message = "Both are addresses that begin with https:// or http://."
  }
}
