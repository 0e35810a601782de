namespace MergeOps.Tests.House.Samples.Used;

internal sealed class Thing
{
    public Field? Back { get; init; }

    public static string Name() => nameof(Thing);
}
