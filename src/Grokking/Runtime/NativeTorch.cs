namespace Grokking.Runtime;
/// <summary>stub</summary>
public static class NativeTorch {
/// <summary>stub</summary>
 public static void Load() {} }
