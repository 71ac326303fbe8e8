m = { "kindest/node:v1.31.4" => "x" }
