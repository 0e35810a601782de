namespace MergeOps.Tokenizers.Components;

/// <summary>How <c>Metaspace</c> writes spaces; it splits and it decodes.</summary>
internal sealed record MetaspaceSettings
{
    public MetaspaceSettings(ComponentSettings settings)
    {
        Replacement = settings.Character("replacement");
        Prepends = settings.Choice<PrependScheme>("prepend_scheme", PrependScheme.Always);
        Splits = settings.OptionalFlag("split") ?? true;
        settings.Ignore("str_rep");
        if (settings.OptionalFlag("add_prefix_space") is false && Prepends != PrependScheme.Never)
        {
            throw settings.Refusal("has an 'add_prefix_space' and a 'prepend_scheme' that contradict each other");
        }
    }

    /// <summary>What stands for a space.</summary>
    public int Replacement { get; }

    /// <summary>Where one is put before a text.</summary>
    public PrependScheme Prepends { get; }

    /// <summary>Whether the text is split before each.</summary>
    public bool Splits { get; }
}

/// <summary>Which parts of a text get a space before them.</summary>
internal enum PrependScheme
{
    /// <summary>The first one.</summary>
    First,

    /// <summary>None.</summary>
    Never,

    /// <summary>Each.</summary>
    Always,
}
