namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>The variable <c>loop</c>: where a loop stands.</summary>
/// <param name="items">What the loop goes through.</param>
internal sealed class LoopVariable(IReadOnlyList<object?> items)
{
    private object? lastSeen = CallValues.Missing;

    /// <summary>The place of the current item, from 0 on.</summary>
    public int Place { get; set; }

    /// <summary>A member, if there is one of that name.</summary>
    public bool TryGet(string name, out object? value)
    {
        (var isThere, value) = name switch
        {
            "index" => (true, Place + 1L),
            "index0" => (true, (long)Place),
            "revindex" => (true, (long)(items.Count - Place)),
            "revindex0" => (true, items.Count - Place - 1L),
            "first" => (true, Place == 0),
            "last" => (true, Place == items.Count - 1),
            "length" => (true, (long)items.Count),
            // it counts recursive loops alone
            "depth" => (true, 1L),
            "depth0" => (true, 0L),
            "previtem" => (true, Place > 0 ? items[Place - 1] : new Undefined("there is no previous item")),
            "nextitem" => (true, Place < items.Count - 1 ? items[Place + 1] : new Undefined("there is no next item")),
            "cycle" => (true, new Function("cycle", given => given.Positional is { Count: > 0 } several ? several[Place % several.Count] : throw new TemplateFault("'cycle' is given nothing"))),
            "changed" => (true, new Function("changed", given => Changed(given))),
            _ => (false, (object?)null),
        };
        return isThere;
    }

    private bool Changed(CallValues given)
    {
        var seen = Sequence.Tuple(given.Positional);
        var isChanged = !Operators.AreEqual(seen, lastSeen);
        lastSeen = seen;
        return isChanged;
    }
}
