data "aws_region" "current" {}

resource "aws_cloudwatch_dashboard" "invoices" {
  dashboard_name = "invoices"

  dashboard_body = jsonencode({
    widgets = [
      {
        type   = "metric"
        x      = 0
        y      = 0
        width  = 12
        height = 6
        properties = {
          title  = "Orders without an invoice"
          region = data.aws_region.current.name
          period = 60
          stat   = "Maximum"
          metrics = [
            ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.orders.name],
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.orders_dlq.name],
          ]
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 0
        width  = 12
        height = 6
        properties = {
          title  = "Writing invoices"
          region = data.aws_region.current.name
          period = 60
          stat   = "Sum"
          metrics = [
            ["AWS/Lambda", "Invocations", "FunctionName", module.write_invoice.name],
            ["AWS/Lambda", "Errors", "FunctionName", module.write_invoice.name],
            ["AWS/DynamoDB", "WriteThrottleEvents", "TableName", aws_dynamodb_table.invoices.name],
          ]
        }
      },
    ]
  })
}
