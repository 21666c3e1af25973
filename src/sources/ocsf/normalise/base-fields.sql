      class_uid Nullable(String), time Nullable(String), time_dt Nullable(String), activity_id Nullable(Int32), activity_name Nullable(String),
      status Nullable(String), status_id Nullable(Int32), status_code Nullable(String), status_detail Nullable(String),
      metadata Tuple(uid Nullable(String), event_code Nullable(String), product Tuple(name Nullable(String), vendor_name Nullable(String))),
