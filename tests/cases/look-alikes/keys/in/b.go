package a
func f(x string) {
 switch x {
 case "kindest/node:v1.31.4":
 case "kindest/node:v1.31.4", "kindest/node:v1.30.8":
 }
 m["kindest/node:v1.31.4"] = 1
 y := m["kindest/node:v1.31.4"]

}
