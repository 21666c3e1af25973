      timestamp Nullable(String), event_type Nullable(String), flow_id Nullable(String), src_ip Nullable(String), src_port Nullable(UInt16),
      dest_ip Nullable(String), dest_port Nullable(UInt16), proto Nullable(String), app_proto Nullable(String),
