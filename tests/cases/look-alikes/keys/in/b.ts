switch (x) { case "kindest/node:v1.28.15": break; }
const m = {["kindest/node:v1.31.4"]: 1, a: b ? "kindest/node:v1.31.4" : "kindest/node:v1.30.8"};
