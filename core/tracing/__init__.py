"""What a torch callable computes, told so that it can be compiled: the layers of a network, or the operations of a
function that is called once with symbols."""
