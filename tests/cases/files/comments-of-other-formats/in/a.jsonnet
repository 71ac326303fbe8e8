// kindest/node:v1.31.4
/* kindest/node:v1.31.4
   kindest/node:v1.31.4 */
# kindest/node:v1.31.4
local tag = 'v1.31.4';
local pull(tag) = 'docker pull kindest/node:' + tag;
{
  image: 'kindest/node:v1.31.4',  // kindest/node:v1.30.8
  hidden:: "kindest/node:v1.30.8",
  script: |||
    docker pull kindest/node:v1.29.12
  |||,
}
