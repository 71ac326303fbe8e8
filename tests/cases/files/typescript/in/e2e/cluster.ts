export const image: string = "kindest/node:v1.31.4";
