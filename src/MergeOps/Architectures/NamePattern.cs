namespace MergeOps.Architectures;

/// <summary>The names of alike tensors as one text, as messages write them: <c>N</c> between two dots stands for any whole number.</summary>
/// <param name="Text">The text, such as <c>model.layers.N.mlp.up_proj.weight</c>.</param>
internal sealed record NamePattern(string Text)
{
    private const string AnyNumber = "N";

    private string[] Parts => Text.Split('.');

    /// <summary>How many numbers it stands for.</summary>
    public int Numbers => Parts.Count(part => part == AnyNumber);

    /// <summary>Whether it is written so that it can match a name: no part is empty.</summary>
    public bool IsWellFormed => Parts.All(part => part.Length > 0);

    /// <summary>Whether it matches a whole name.</summary>
    public bool Matches(string name) => name.Split('.') is var given && given.Length == Parts.Length && NumbersAtBegin(given) is not null;

    /// <summary>A name that begins with the pattern, with another begin; null when it does not begin so.</summary>
    /// <param name="name">The name.</param>
    /// <param name="begin">The begin that it gets; the same numbers stand there in the same order.</param>
    public string? Replace(string name, NamePattern begin)
    {
        var given = name.Split('.');
        if (NumbersAtBegin(given) is not { } numbers)
        {
            return null;
        }

        var open = new Queue<string>(numbers);
        return string.Join('.', begin.Parts.Select(part => part == AnyNumber ? open.Dequeue() : part).Concat(given.Skip(Parts.Length)));
    }

    /// <summary>A name taken apart where a whole number follows the pattern; null when none does.</summary>
    public LayerPlace? LayerIn(string name)
    {
        var (given, length) = (name.Split('.'), Parts.Length);
        return given.Length > length + 1 && NumbersAtBegin(given) is not null && TensorNames.NumberIn(given[length]) is { } layer
            ? new(given.Take(length).Sum(part => part.Length + 1) - 1, layer, given.Take(length + 1).Sum(part => part.Length + 1))
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private List<string>? NumbersAtBegin(string[] given)
    {
        var parts = Parts;
        if (given.Length < parts.Length)
        {
            return null;
        }

        var numbers = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] == AnyNumber && TensorNames.NumberIn(given[i]) is not null)
            {
                numbers.Add(given[i]);
            }
            else if (parts[i] != given[i])
            {
                return null;
            }
        }

        return numbers;
    }
}
