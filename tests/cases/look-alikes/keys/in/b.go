package a
func f(x string) {
 switch x {
 case "kindest/node:v1.28.15":
 case "kindest/node:v1.28.15", "kindest/node:v1.30.8":
 }
 m["kindest/node:v1.28.15"] = 1
 y := m["kindest/node:v1.28.15"]

}
