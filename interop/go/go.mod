module witwire.example/interop

go 1.25.0

require wrpc.io/go v0.2.0
