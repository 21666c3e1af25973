WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC')
  AND ifNull(event.metadata.product.name, '') != 'Spoor'
