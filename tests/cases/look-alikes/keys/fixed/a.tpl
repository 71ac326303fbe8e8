{{ if x }}
"kindest/node:v1.31.4": x
kindest/node:v1.31.4: x
- "kindest/node:v1.30.8": x
image: kindest/node:v1.30.8@sha256:17cd608b3971338d9180b00776cb766c50d0a0b6b904ab4ff52fd3fc5c6369bf
