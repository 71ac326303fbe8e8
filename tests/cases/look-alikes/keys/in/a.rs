fn f() {
    let list = vec!["kindest/node:v1.31.4", "kindest/node:v1.30.8"];
    let one = vec!["kindest/node:v1.29.12"];
    let found = table["kindest/node:v1.31.4"];
}
