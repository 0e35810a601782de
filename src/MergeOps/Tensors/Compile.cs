using System.Runtime.CompilerServices;

namespace MergeOps.Tensors;

/// <summary>How the loops over tensors are compiled.</summary>
internal static class Compile
{
    /// <summary>
    /// At once, with everything the compiler can do. Code that is compiled ahead of time knows no width of vectors, so these
    /// loops are compiled when they are first called; by itself the runtime would begin with a quick form, and a merge of
    /// seconds would spend most of them in it.
    /// </summary>
    public const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization;
}
