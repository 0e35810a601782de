using System.Collections.Immutable;
using System.Globalization;

namespace MergeOps.Evaluation.Contract;

/// <summary>What a key of a data file's line holds.</summary>
internal enum RowForm
{
    /// <summary>A text that is not empty.</summary>
    Text,

    /// <summary>A list of texts that are not empty.</summary>
    Texts,

    /// <summary>A text that is not empty, or a number.</summary>
    TextOrNumber,

    /// <summary>A number.</summary>
    Number,
}

/// <summary>A key of a data file's line.</summary>
/// <param name="Name">The key.</param>
/// <param name="Form">What it holds.</param>
/// <param name="Help">What that means, in a line that ends without a full stop.</param>
internal sealed record RowKey(string Name, RowForm Form, string Help)
{
    /// <summary>Whether a line must have it.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>The key that every line may have.</summary>
    public static RowKey Group { get; } = new("group", RowForm.TextOrNumber, "what related items share") { IsRequired = false };
}

/// <summary>A line of a data file; what its kind asks for is there and has its form.</summary>
internal sealed class TaskRow(IReadOnlyDictionary<string, ImmutableArray<string>> values, IReadOnlySet<string> numbers)
{
    /// <summary>What related items share, or null.</summary>
    public string? Group => values.TryGetValue(RowKey.Group.Name, out var group) ? group[0] : null;

    /// <summary>The text of a key, also of a number as the line writes it.</summary>
    public string Text(RowKey key) => values[key.Name][0];

    /// <summary>The texts of a key.</summary>
    public ImmutableArray<string> Texts(RowKey key) => values[key.Name];

    /// <summary>The texts of a key that a line may leave out; empty where it does.</summary>
    public ImmutableArray<string> TextsIfAny(RowKey key) => values.TryGetValue(key.Name, out var texts) ? texts : [];

    /// <summary>The number of a key; infinite where it is too large for a double.</summary>
    public double Number(RowKey key) => double.Parse(Text(key), CultureInfo.InvariantCulture);

    /// <summary>Whether the line holds a number there.</summary>
    public bool IsNumber(RowKey key) => numbers.Contains(key.Name);
}
