// torch has one global generator and one number of threads, and a speed or a count that a test takes is the process's.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
