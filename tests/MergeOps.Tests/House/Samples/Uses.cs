using MergeOps.Tests.House.Samples.Used;

namespace MergeOps.Tests.House.Samples;

internal sealed class Field
{
    private readonly object thing = new Thing();

    public override string ToString() => $"{thing}";
}

internal abstract class Signature
{
    public abstract void Take(Thing thing);
}

internal static class Body
{
    public static string Text() => Thing.Name();
}

internal static class Lambda
{
    public static Func<string> Text() => () => Thing.Name();
}

internal static class Iterator
{
    public static IEnumerable<string> Texts()
    {
        yield return Thing.Name();
    }
}

internal static class Waiting
{
    public static async Task<string> TextAsync()
    {
        await Task.Yield();
        return Thing.Name();
    }
}

internal static class TypeArgument
{
    public static int Count() => Array.Empty<Thing>().Length;
}
