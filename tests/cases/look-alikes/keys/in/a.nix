{ m."kindest/node:v1.31.4" = "x"; n = { "kindest/node:v1.30.8" = 1; }; }
