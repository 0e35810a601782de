using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>The tokenizer of the output: the files of one model, and what is changed in them.</summary>
/// <param name="Giver">Index of the model whose files they are.</param>
/// <param name="Vocabulary">The output's tokens; null where the giver has no tokenizer that is understood.</param>
/// <param name="Edit">What is changed.</param>
internal sealed record OutputTokenizer(int Giver, Vocabulary? Vocabulary, TokenizerEdit Edit)
{
    /// <summary>Decides it; what cannot be written exactly goes into the bag.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The metadata of every model.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static OutputTokenizer Decide(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        var giver = models.IndexOf(models.First(metadata => metadata.Model.Value == ReferencedModels.TokenizerDonorOf(recipe)));
        var vocabulary = models[giver].Vocabulary;
        if (recipe.Tokenizer is { Source: var source } && !TokenizerReader.IsRule(source.Value) && !HasTokenizer(models[giver]) && models.FirstOrDefault(HasTokenizer) is { } other)
        {
            diagnostics.Error(
                Codes.TokenizerNotMade, $"{models[giver].Model.Value} has no tokenizer, so the output would have none. Name a model that has one, such as {other.Model.Value}.", source.Span);
            return new(giver, vocabulary, TokenizerEdit.None);
        }

        var edit = Tokens(recipe, models, giver, diagnostics);
        vocabulary = vocabulary is { IsWhole: true } ? VocabularyUnion.Apply(edit, vocabulary) : vocabulary;
        return new(giver, vocabulary, edit with { ChatTemplate = ChatTemplateChoice.Of(recipe, models, giver, vocabulary, diagnostics) });
    }

    private static TokenizerEdit Tokens(Recipe recipe, ImmutableArray<ModelMetadata> models, int giver, DiagnosticBag diagnostics)
    {
        if (recipe.Tokenizer is not { } settings || (!IsUnion(settings) && settings.Tokens.IsEmpty))
        {
            return TokenizerEdit.None;
        }

        var (vocabulary, name) = (models[giver].Vocabulary, models[giver].Model.Value);
        var others = IsUnion(settings) ? OthersOf(models, giver) : [];
        if (others.IsEmpty && settings.Tokens.IsEmpty)
        {
            return TokenizerEdit.None;
        }

        if (vocabulary is null)
        {
            diagnostics.Error(Codes.TokenizerNotMade, $"{name} has no tokenizer that is understood, so no tokens can be added to it. Name a model that has one as the 'source'.", settings.Source.Span);
            return TokenizerEdit.None;
        }

        if (others.Append(models[giver]).FirstOrDefault(metadata => metadata.Vocabulary is { IsWhole: false }) is { } outlined)
        {
            diagnostics.Error(
                Codes.LockDisagrees,
                $"The lock has only an outline of the vocabulary of {outlined.Model.Value}, but this recipe needs all of its tokens. Run `mergeops lock {recipe.Path}`.",
                outlined.Model.Span);
            return TokenizerEdit.None;
        }

        ImmutableArray<RowedVocabulary> rowed = [.. others.Where(metadata => metadata.Vocabulary is not null).Select(Rowed)];
        ImmutableArray<string> more = [.. settings.Tokens.Select(token => token.Text.Value)];
        var edit = IsUnion(settings)
            ? VocabularyUnion.Of(vocabulary, rowed, more)
            : VocabularyUnion.With(vocabulary, [.. models.Where(metadata => metadata.Vocabulary is { IsWhole: true }).Select(Rowed)], more);
        if (edit.ChangesTokens)
        {
            Require(vocabulary, models[giver], others, edit, settings, diagnostics);
        }

        return edit;
    }

    private static bool HasTokenizer(ModelMetadata metadata) => metadata.Vocabulary is not null || metadata.Companions.Any(CompanionFiles.IsVocabulary);

    private static bool IsUnion(TokenizerSettings settings) => TokenizerReader.IsUnion(settings.Source.Value);

    // those whose tokens are not all among the giver's under the same ids
    private static ImmutableArray<ModelMetadata> OthersOf(ImmutableArray<ModelMetadata> models, int giver) =>
    [
        .. models.Where((metadata, model) => model != giver && metadata.Vocabulary is { } own && !ReferenceEquals(own, models[giver].Vocabulary)
            && (models[giver].Vocabulary is not { } first || !VocabularyComparison.Of(own, first).IsSame)),
    ];

    private static RowedVocabulary Rowed(ModelMetadata metadata) => new(metadata.Vocabulary!, metadata.Rules.EmbeddingOf(metadata.Checkpoint)?.Shape[0] ?? metadata.Vocabulary!.Size);

    private static void Require(
        Vocabulary vocabulary, ModelMetadata giver, ImmutableArray<ModelMetadata> others, TokenizerEdit edit, TokenizerSettings settings, DiagnosticBag diagnostics)
    {
        if (!giver.Companions.Contains(ModelFileNames.Tokenizer))
        {
            diagnostics.Error(
                Codes.TokenizerNotMade,
                $"{giver.Model.Value} has no {ModelFileNames.Tokenizer}, and tokens are added to that file. `AutoTokenizer.from_pretrained(…).save_pretrained(…)` of transformers writes it beside the model; or leave the tokens as they are with `tokenizer_source: base`.",
                settings.Source.Span);
            return;
        }

        if (vocabulary.Count < vocabulary.Size && !edit.Appended.IsEmpty)
        {
            diagnostics.Error(
                Codes.TokenizerNotMade,
                $"The tokenizer of {giver.Model.Value} has ids without a token (it has {vocabulary.Count} tokens, and ids up to {vocabulary.Size - 1}), and loaders would give added tokens ids that do not match their rows. Use a model without gaps as the 'source', or add no tokens with `tokenizer_source: base`.",
                settings.Source.Span);
            return;
        }

        var appended = edit.Appended.Select(token => token.Token.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var metadata in others)
        {
            var ordinary = metadata.Vocabulary!.Known.Where(token => !token.IsMarked && appended.Contains(token.Text)).ToList();
            if (ordinary.Count == 0)
            {
                continue;
            }

            var parts = TokenizerParts.Encoding.Where(part => part != TokenizerParts.Merges
                && metadata.Vocabulary.Parts.Digests.GetValueOrDefault(part) != vocabulary.Parts.Digests.GetValueOrDefault(part)).ToList();
            var text = $"{ordinary.Count} ordinary {(ordinary.Count == 1 ? "token" : "tokens")} of {metadata.Model.Value} {(ordinary.Count == 1 ? "is" : "are")} not in the tokenizer of {giver.Model.Value} (such as {TerminalText.Quoted(ordinary[0].Text)})";
            if (parts.Count > 0)
            {
                diagnostics.Error(
                    Codes.TokenizerNotMade,
                    $"{text}, and the two split texts differently: {string.Join(", ", parts)} {(parts.Count == 1 ? "differs" : "differ")}. No tokenizer reads both. Use the tokens of one model: `tokenizer_source: base`, or a model's name.",
                    settings.Source.Span);
            }
            else
            {
                diagnostics.Warning(
                    Codes.OrdinaryTokensAdded,
                    $"{text}. They are added as mergekit adds them: whole strings that are found before a text is split, so texts with them become different tokens than in either model. `tokenizer_source: base` leaves them out.",
                    settings.Source.Span);
            }
        }
    }
}
