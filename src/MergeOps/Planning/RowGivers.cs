using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>A model that can give rows to a tensor.</summary>
/// <param name="Model">Its index.</param>
/// <param name="Source">The rows.</param>
/// <param name="Vocabulary">Whose they are.</param>
/// <param name="Match">Its row for each id of the output.</param>
internal sealed record RowGiver(int Model, TensorSource Source, Vocabulary Vocabulary, int[] Match);

/// <summary>Finds the models that can give rows to the tensors of a plan, and which row of theirs belongs to which token.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="models">The metadata of every model.</param>
/// <param name="tensors">Their tensors, in the same order.</param>
/// <param name="tokenizer">The output's tokenizer.</param>
internal sealed class RowGivers(Recipe recipe, ImmutableArray<ModelMetadata> models, ImmutableArray<ModelTensors> tensors, OutputTokenizer tokenizer)
{
    /// <summary>The most rows that are dealt with: a header may claim any number, and no vocabulary has as many tokens.</summary>
    public const long MostRows = 2L * Vocabulary.HighestId;

    private readonly Dictionary<(int Model, long Rows), int[]> matches = [];

    /// <summary>All tokens of a model; null where only their outline is known. A model whose tokenizer nobody understands is taken to have the giver's, as in mergekit.</summary>
    public static Vocabulary? WholeOf(ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer, int model)
    {
        var giver = models[tokenizer.Giver].Vocabulary!;
        var own = models[model].Vocabulary ?? giver;
        return own.IsWhole ? own : giver.IsWhole && VocabularyComparison.Of(own, giver).IsSame ? giver : null;
    }

    /// <summary>A model with rows of its own.</summary>
    /// <param name="model">Its index.</param>
    /// <param name="source">The rows.</param>
    public RowGiver Of(int model, TensorSource source)
    {
        var vocabulary = WholeOf(models, tokenizer, model)!;
        var rows = source.Shape[0];
        if (!matches.TryGetValue((model, rows), out var match))
        {
            match = matches[(model, rows)] = TokenMatch.Of(tokenizer.Vocabulary!, vocabulary, rows, tokenizer.Edit.Apart);
        }

        return new(model, source, vocabulary, match);
    }

    /// <summary>A model that does not take part here, and whose tensor of the same name has rows of the same width; null where it has none.</summary>
    public RowGiver? Foreign(OutputSlot slot, int model) =>
        SourceOf(slot, model) is { } source && source.Shape.Skip(1).SequenceEqual(slot.Inputs[0].Source.Shape.Skip(1)) && WholeOf(models, tokenizer, model) is not null
            ? Of(model, source)
            : null;

    /// <summary>How many rows the model has whose tokenizer the output takes; the most that a model has where it has no such tensor.</summary>
    public long RowsOfTokenizer(OutputSlot slot) =>
        (slot.InputOf(tokenizer.Giver)?.Source ?? SourceOf(slot, tokenizer.Giver))?.Shape[0]
        ?? slot.Inputs.Max(input => input.Source.Shape[0]);

    /// <summary>The index of the recipe's base; null where there is none, or it takes no part in the merge.</summary>
    public int? Base => recipe.BaseModel is { } model ? Known(models.IndexOfModel(model.Value)) : null;

    /// <summary>The index of the model that a row is wanted from; null where it takes no part in the merge.</summary>
    public int? IndexOf(TokenRowSource source) => Known(models.IndexOfModel(source.Model!.Value));

    /// <summary>Whether the row that a model has under an id becomes that of the output's token of the same id, whatever the two are called.</summary>
    public bool IsOneRow(int model, int id) =>
        WholeOf(models, tokenizer, model) is { } own && tokenizer.Vocabulary!.At(id) is { } token && TokenMatch.RowOf(token, tokenizer.Vocabulary, own, tokenizer.Edit.Apart) == id;

    /// <summary>The tokens of a model that the output has neither under their names nor under others, special ones first.</summary>
    public ImmutableArray<Token> LostTokensOf(int model) => WholeOf(models, tokenizer, model) is not { } own ? [] :
    [
        .. own.Known
            .Where(token => tokenizer.Vocabulary!.IdOf(token.Text) is null && !TokenSpelling.IsReserved(token.Text) && !IsOneRow(model, token.Id))
            .OrderBy(token => !token.IsMarked),
    ];

    /// <summary>The first model that has a token with a row, whether or not its rows go into the output; null where none has.</summary>
    public string? HolderOf(string text) =>
        models.FirstOrDefault(metadata => metadata.Vocabulary?.IdOf(text) is { } id && id < metadata.Rules.EmbeddingOf(metadata.Checkpoint)?.Shape[0])?.Model.Value.ToString();

    private static int? Known(int index) => index < 0 ? null : index;

    private TensorSource? SourceOf(OutputSlot slot, int model)
    {
        var known = tensors[model].Sources;
        var source = known.GetValueOrDefault(slot.Name)
            ?? (recipe.Architecture.IsHeadMatrix(slot.Name) && models[model].Config?.TiesEmbeddings != false
                && recipe.Architecture.EmbeddingOf(known.Select(source => new NamedShape(source.Key, source.Value.Shape))) is { } embedding
                ? known[embedding]
                : null);
        return source?.Shape[0] <= MostRows ? source : null;
    }
}
