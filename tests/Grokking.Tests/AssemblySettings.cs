using Xunit.Sdk;
using Xunit.v3;

// One test at a time: libtorch's generator and its number of threads belong to the process, and so does what is allocated.
[assembly: Parallelization(Mode = ParallelMode.None)]
