// kindest/node:v1.31.4
/* kindest/node:v1.31.4
   kindest/node:v1.31.4 */
char *url = "http://example.org/*", *image = "kindest/node:v1.31.4"; // kindest/node:v1.30.8
