using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>How often a token occurs in prompts.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Count">How often.</param>
internal readonly record struct TokenCount(int Token, int Count);

/// <summary>The tokens of prompts for and against something, by their ids.</summary>
/// <param name="Positive">Those of the prompts for it; at least one.</param>
/// <param name="Negative">Those of the prompts against it; empty where there are none.</param>
internal sealed record PromptTokens(ImmutableArray<TokenCount> Positive, ImmutableArray<TokenCount> Negative);

/// <summary>
/// A row for each set of prompts: the sum of the rows of its tokens in an embedding, with the length 1, less that of the prompts
/// against it; the difference has the length 1 again. Sums are taken in float64 and rounded once.
/// </summary>
internal sealed record PromptRows : TensorSource
{
    /// <summary>Makes them.</summary>
    /// <param name="embedding">The embedding: a row for each token.</param>
    /// <param name="prompts">The prompts, at least one set.</param>
    /// <param name="name">The tensor's name in the output.</param>
    public PromptRows(TensorSource embedding, ImmutableArray<PromptTokens> prompts, string name)
    {
        if (embedding.Shape.Length != 2 || prompts.Any(tokens => tokens.Positive.IsEmpty || tokens.Positive.Concat(tokens.Negative).Any(token => token.Token < 0 || token.Token >= embedding.Shape[0])))
        {
            throw new ArgumentException($"{embedding} has no row for a token, or prompts have none", nameof(prompts));
        }

        (Embedding, Prompts, Name) = (embedding, prompts, name);
    }

    /// <summary>The embedding.</summary>
    public TensorSource Embedding { get; }

    /// <summary>The prompts.</summary>
    public ImmutableArray<PromptTokens> Prompts { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => [Prompts.Length, Embedding.Shape[1]];

    /// <inheritdoc/>
    public override DType DType => Embedding.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Embedding];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    public override long HeldBytes => Embedding.HeldBytes + ((Prompts.Length + 3) * Embedding.Shape[1] * sizeof(double));

    /// <inheritdoc/>
    public override long BytesOf(long elements) => Embedding.BytesOf(elements);

    /// <inheritdoc/>
    protected override string Operation => "prompts";

    /// <inheritdoc/>
    protected override JsonObject Settings => new()
    {
        ["rows"] = Prompts.Length,
        ["tokens"] = Prompts.Sum(tokens => tokens.Positive.Concat(tokens.Negative).Sum(token => (long)token.Count)),
    };

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Embedding.WriteTo(json.Name("promptRows"), contentOf);
        json.Name("prompts").BeginArray();
        foreach (var (positive, negative) in Prompts)
        {
            json.BeginObject();
            Write(json.Name("positive"), positive);
            Write(json.Name("negative"), negative);
            json.EndObject();
        }

        json.EndArray();
    }

    /// <inheritdoc/>
    public override string ToString() => $"prompts({Embedding}, {Prompts.Length} rows)";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new PromptRows(parts[0], Prompts, Name);

    private static void Write(CanonicalJsonWriter json, ImmutableArray<TokenCount> tokens)
    {
        json.BeginArray();
        foreach (var token in tokens)
        {
            json.Value([token.Token, token.Count]);
        }

        json.EndArray();
    }
}
