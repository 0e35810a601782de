namespace MergeOps.Benchmarks;

/// <summary>What stands for several measurements of the same.</summary>
internal static class Middle
{
    /// <summary>The middle one of measurements; of an even number the larger one of the two.</summary>
    /// <param name="all">At least one.</param>
    /// <param name="of">What orders them.</param>
    public static T By<T>(IEnumerable<T> all, Func<T, double> of) => all.OrderBy(of).ToList() is var sorted ? sorted[sorted.Count / 2] : default!;

    /// <summary>The middle one of numbers.</summary>
    /// <param name="values">At least one.</param>
    public static double Of(IEnumerable<double> values) => By(values, value => value);
}
