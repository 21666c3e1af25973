  named(event.severity_id, [1, 2, 3, 4, 5, 6], ['Informational', 'Low', 'Medium', 'High', 'Critical', 'Critical'],
    if(event.severity IN ('Informational', 'Low', 'Medium', 'High', 'Critical'), event.severity, NULL)) AS severity,
