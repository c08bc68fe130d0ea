namespace Grokking.Runtime;

/// <summary>libtorch could not be loaded. The message names the library, what the system has, what is needed and what to do.</summary>
public sealed class NativeLibraryException(string message, Exception? cause = null) : DllNotFoundException(message, cause);
