variable "name" {
  type = string
}

variable "release" {
  type = string
}

variable "timeout" {
  type        = number
  description = "Seconds"
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "alerts" {
  type        = string
  description = "ARN of the topic that alarms are sent to"
}
