-- kindest/node:v1.31.4
select 'kindest/node:v1.31.4'; /* kindest/node:v1.31.4 */
