analyze scene
