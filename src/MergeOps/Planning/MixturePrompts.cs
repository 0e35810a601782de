using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.Pipelines;

namespace MergeOps.Planning;

/// <summary>Counts the tokens of the prompts of a mixture, each text behind the token that begins texts, as mergekit-moe does.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="model">The model whose tokenizer and embedding it is.</param>
/// <param name="rows">The rows of the embedding.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class MixturePrompts(Recipe recipe, ModelMetadata model, long rows, DiagnosticBag diagnostics)
{
    private TextTokenizer? tokenizer;

    /// <summary>The tokens of experts; errors go into the bag.</summary>
    /// <exception cref="MergeOpsException">The tokenizer has a part that is not read exactly here, or no token for a character.</exception>
    public ImmutableArray<PromptTokens> Of(ImmutableArray<MixtureExpert> experts)
    {
        if (experts.IsEmpty || (model.Remote is null ? (tokenizer ??= Open()) is null : !IsLocked(experts)))
        {
            return [];
        }

        var counted = ImmutableArray.CreateBuilder<PromptTokens>();
        foreach (var expert in experts)
        {
            var tokens = new PromptTokens(Count(expert.Positive), Count(expert.Negative));
            if (tokens.Positive.IsEmpty)
            {
                diagnostics.Error(Codes.KeyMissing, $"The prompts of {expert.Input.Model.Value} have no token, so nothing would be routed to it. Give it 'positive_prompts' with words in them.", expert.Input.Span);
            }
            else if (tokens.Positive.Concat(tokens.Negative).FirstOrDefault(token => token.Token >= rows) is { Count: > 0 } beyond)
            {
                diagnostics.Error(Codes.RowsMissing, $"A prompt of {expert.Input.Model.Value} has the token {beyond.Token}, but the embedding of {model.Model.Value} has only {rows} rows.", expert.Input.Span);
            }
            else
            {
                counted.Add(tokens);
            }
        }

        return counted.ToImmutable();
    }

    private ImmutableArray<TokenCount> Count(ImmutableArray<string> prompts) =>
    [
        .. prompts.SelectMany(prompt => TokensOf(LockedPrompts.Begun(prompt, model.Vocabulary)))
            .GroupBy(token => token)
            .OrderBy(token => token.Key)
            .Select(token => new TokenCount(token.Key, token.Count())),
    ];

    private IEnumerable<int> TokensOf(string prompt) => model.Remote is { Metadata.PromptTokens: var locked } ? locked[prompt] : tokenizer!.Encode(prompt, addSpecialTokens: false);

    private bool IsLocked(ImmutableArray<MixtureExpert> experts)
    {
        var prompts = experts.SelectMany(expert => expert.Positive.Concat(expert.Negative)).Select(prompt => LockedPrompts.Begun(prompt, model.Vocabulary));
        if (prompts.FirstOrDefault(prompt => !model.Remote!.Metadata.PromptTokens.ContainsKey(prompt)) is { } unknown)
        {
            diagnostics.Error(
                Codes.MixturePromptsUnread,
                model.Paths.Contains(ModelFileNames.Tokenizer)
                    ? $"The lock does not hold the tokens of the prompt {TerminalText.Quoted(unknown)}, which come from the tokenizer of {model.Model.Value}. Run `mergeops lock {recipe.Path}`."
                    : WithoutTokenizer,
                recipe.BaseModel!.Span);
            return false;
        }

        return true;
    }

    private string WithoutTokenizer =>
        $"The prompts need the {ModelFileNames.Tokenizer} of {model.Model.Value}, which has none. `AutoTokenizer.from_pretrained(…).save_pretrained(…)` of transformers writes it beside the model; or use 'gate_mode: random'.";

    private TextTokenizer? Open()
    {
        var path = Path.Combine(model.Checkpoint.Folder, ModelFileNames.Tokenizer);
        if (model.Model.Value.IsStage)
        {
            diagnostics.Error(
                Codes.MixturePromptsUnread,
                $"The prompts are read with the tokenizer of {model.Model.Value} while the merge is planned, but that is a recipe of the same file, whose result is not written. Name the model that its tokenizer comes from as the 'base_model'.",
                recipe.BaseModel!.Span);
            return null;
        }

        if (!File.Exists(path))
        {
            diagnostics.Error(Codes.MixturePromptsUnread, WithoutTokenizer, recipe.BaseModel!.Span);
            return null;
        }

        return TextTokenizerReader.Read(PlainFile.Read(path, TokenizerFiles.CapOf(ModelFileNames.Tokenizer)), path);
    }
}
