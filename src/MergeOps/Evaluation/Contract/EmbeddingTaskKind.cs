using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Contract;

/// <summary>A kind of task that compares the vectors that an embedding model gives texts.</summary>
internal abstract class EmbeddingTaskKind : TaskKind
{
    /// <summary>Stands for vectors as the model gives them.</summary>
    private const string Full = "full";

    private static readonly KeyDeclaration Prompt = new(
        "prompt", new TextOrBlockShape(MeasuringKeys.Prompts), Affects.Approval, "the text put before each text, or one for each side; the model's own default when not given")
    { IsLater = true };

    private static readonly KeyDeclaration PromptName = new(
        "prompt_name", new TextOrBlockShape(MeasuringKeys.Prompts), Affects.Approval, "the name of a prompt in the model's own config_sentence_transformers.json")
    { IsLater = true };

    private static readonly KeyDeclaration Dimensions = new(
        "dimensions", new SizesShape([Full]), Affects.Approval, "the sizes to which vectors are cut and then normalized again, 'full' for uncut vectors; each gives figures of its own")
    { IsLater = true };

    private KeyValues said = KeyValues.None;

    /// <inheritdoc/>
    public sealed override ModelUse Use => EmbeddingUse.Instance;

    /// <inheritdoc/>
    public sealed override ImmutableArray<KeyDeclaration> Keys => [Prompt, PromptName, .. TakesSizes ? [Dimensions] : Array.Empty<KeyDeclaration>(), .. FurtherKeys];

    /// <summary>Keys of this kind alone.</summary>
    protected virtual ImmutableArray<KeyDeclaration> FurtherKeys => [];

    /// <summary>Whether vectors may be cut.</summary>
    protected virtual bool TakesSizes => true;

    /// <summary>The sides of an item, each of which may have a prompt of its own: keys of <see cref="MeasuringKeys.Prompts"/>; empty where texts have none.</summary>
    protected virtual ImmutableArray<string> Sides => [];

    /// <summary>The sizes of vectors, the first one that of charts; null for as the model gives them.</summary>
    protected ImmutableArray<int?> VectorSizes { get; private set; } = [null];

    /// <inheritdoc/>
    public override string? Objection
    {
        get
        {
            if ((IsSaid(Prompt), IsSaid(PromptName)) == (true, true))
            {
                return "The task has a 'prompt' and a 'prompt_name'. Keep the text or the name.";
            }

            var sides = (said.Texts(Prompt) ?? said.Texts(PromptName))?.Keys ?? [];
            return sides.FirstOrDefault(side => !Sides.Contains(side)) is { } other
                ? $"'{other}' is not a side of a task of the kind {Name}; {(Sides.IsEmpty ? "its texts have one prompt" : $"there are {string.Join(" and ", Sides)}")}."
                : null;
        }
    }

    /// <inheritdoc/>
    public override string KeyOf(string digest)
    {
        var choices = Sides.IsEmpty ? [ChoiceOf("")] : Sides.Select(ChoiceOf).ToArray();
        return string.Join('\n', [base.KeyOf(digest), .. choices.Select(choice => choice.Key), string.Join(',', VectorSizes.Select(TextOf))]);
    }

    /// <inheritdoc/>
    public override string? WhyNot(IScoredModel model)
    {
        var embedding = (IEmbeddingModel)model;
        foreach (var side in Sides.IsEmpty ? [""] : Sides)
        {
            if (embedding.PromptOf(ChoiceOf(side), out var whyNot) is null)
            {
                return whyNot;
            }
        }

        return TooLarge(embedding.Dimensions) is { } larger ? $"its vectors have {embedding.Dimensions} elements, and the task asks for {larger}" : null;
    }

    /// <summary>A size to which vectors of so many elements cannot be cut; null when the task asks for none.</summary>
    /// <param name="elements">How many a model's vectors have.</param>
    public int? TooLarge(int elements) => VectorSizes.FirstOrDefault(size => size > elements);

    /// <summary>This kind, set up as a task says; a new instance.</summary>
    protected abstract EmbeddingTaskKind Fresh(KeyValues values);

    /// <inheritdoc/>
    protected sealed override TaskKind With(KeyValues values)
    {
        var fresh = Fresh(values);
        fresh.said = values;
        if (values.Sizes(Dimensions) is { IsEmpty: false } sizes)
        {
            fresh.VectorSizes = [.. sizes.OrderByDescending(size => size == Full).Select(size => size == Full ? (int?)null : int.Parse(size, CultureInfo.InvariantCulture))];
        }

        return fresh;
    }

    /// <summary>What a side is prompted with where neither the recipe nor the model's default says it: names that the model may have.</summary>
    protected virtual ImmutableArray<string> UsualNames(string side) => [];

    /// <summary>The vectors of one side's texts.</summary>
    protected float[][] Embed(IEmbeddingModel model, IReadOnlyList<string> texts, string side, CancellationToken cancellation) =>
        model.Embed(texts, PromptOf(model, side), cancellation);

    /// <summary>How the model was asked: its pooling, and the prompts.</summary>
    protected string ConditionsOf(IEmbeddingModel model)
    {
        var prompts = (Sides.IsEmpty ? [""] : Sides).Select(side => PromptOf(model, side)).ToList();
        return $"{model.Description}; "
            + (prompts.TrueForAll(prompt => prompt.Length == 0) ? "no prompt"
                : prompts.Distinct(StringComparer.Ordinal).Count() == 1 ? $"prompt '{prompts[0]}'"
                : $"prompts {string.Join(" and ", prompts.Select((prompt, side) => $"'{prompt}' ({Sides[side]})"))}");
    }

    /// <summary>The cosine of the first elements of two vectors.</summary>
    protected static double Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int? size)
    {
        var (product, squares, others) = (0.0, 0.0, 0.0);
        for (var element = 0; element < (size ?? first.Length); element++)
        {
            product += (double)first[element] * second[element];
            squares += (double)first[element] * first[element];
            others += (double)second[element] * second[element];
        }

        return product / Math.Sqrt(squares * others);
    }

    private static string TextOf(int? size) => size?.ToString(CultureInfo.InvariantCulture) ?? Full;

    private bool IsSaid(KeyDeclaration key) => said.Text(key) is not null || said.Texts(key) is not null;

    private string PromptOf(IEmbeddingModel model, string side) =>
        model.PromptOf(ChoiceOf(side), out var whyNot) ?? throw new InvalidOperationException(whyNot);

    private PromptChoice ChoiceOf(string side) => new(
        said.Text(Prompt) ?? said.Texts(Prompt)?.GetValueOrDefault(side),
        said.Text(PromptName) ?? said.Texts(PromptName)?.GetValueOrDefault(side))
    {
        Usual = UsualNames(side),
    };
}
