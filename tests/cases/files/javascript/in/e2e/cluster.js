const tag = 'v1.31.4';
const image = `kindest/node:${tag}`;
const other = "kindest/node:v1.30.8";
module.exports = { image, other };
