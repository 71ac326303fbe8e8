switch (x) { case "kindest/node:v1.28.15": break; }
const m = {["kindest/node:v1.31.4"]: 1, a: b ? "kindest/node:v1.31.4@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30" : "kindest/node:v1.30.8@sha256:17cd608b3971338d9180b00776cb766c50d0a0b6b904ab4ff52fd3fc5c6369bf"};
