rem kindest/node:v1.31.4
@REM kindest/node:v1.31.4
:: kindest/node:v1.31.4
set IMAGE=kindest/node:v1.31.4
