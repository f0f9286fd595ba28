# Writes an invoice for each order and keeps it.

resource "aws_sqs_queue" "orders" {
  name                       = "invoices-orders"
  visibility_timeout_seconds = 360

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.orders_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "orders_dlq" {
  name                      = "invoices-orders-dlq"
  message_retention_seconds = 1209600
}

resource "aws_dynamodb_table" "invoices" {
  name                        = "invoices"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "order_id"
  deletion_protection_enabled = true

  attribute {
    name = "order_id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}

module "write_invoice" {
  source = "./modules/function"

  name    = "write-invoice"
  release = var.release
  timeout = 60
  alerts  = aws_sns_topic.alerts.arn

  environment = {
    TABLE = aws_dynamodb_table.invoices.name
  }
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn        = aws_sqs_queue.orders.arn
  function_name           = module.write_invoice.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 20
  }
}
