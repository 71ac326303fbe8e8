{
  kindVersion = "0.26.0";
}
