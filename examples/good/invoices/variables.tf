variable "environment" {
  type        = string
  description = "Which of the accounts this is"

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "There are dev and prod."
  }
}

variable "release" {
  type        = string
  description = "Key of the package in the bucket of builds"
}
