using System.Collections.Immutable;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Pipelines;

/// <summary>A <c>tokenizer.json</c> as a value: text to ids and back, exactly as the tokenizers library does it. It truncates and pads nothing.</summary>
internal sealed class TextTokenizer
{
    // stands for a text among the tokens around it
    private const int Placeholder = -1;

    private readonly AddedVocabulary added;
    private readonly IPreTokenizer? preTokenizer;
    private readonly ISubwordModel model;
    private readonly IPostProcessor? postProcessor;
    private readonly IDecoder? decoder;

    public TextTokenizer(AddedVocabulary added, IPreTokenizer? preTokenizer, ISubwordModel model, IPostProcessor? postProcessor, IDecoder? decoder)
    {
        (this.added, this.preTokenizer, this.model, this.postProcessor, this.decoder) = (added, preTokenizer, model, postProcessor, decoder);
        Count = model.Vocabulary.Select(token => token.Value).Concat(added.Tokens.Select(token => token.Id)).DefaultIfEmpty(-1).Max() + 1;
        var around = AroundText([Placeholder]);
        Before = [.. around.TakeWhile(id => id != Placeholder)];
    }

    /// <summary>One more than the highest id.</summary>
    public int Count { get; }

    /// <summary>The special tokens before every text.</summary>
    public ImmutableArray<int> Before { get; }

    /// <summary>The id of a token, or null.</summary>
    public int? IdOf(string token) => added.IdOf(token) ?? model.IdOf(token);

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; halves of surrogate pairs that stand alone count as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether the special tokens belong to it that stand around every text.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The vocabulary has no token for a character and none for the unknown, or a pattern takes too long.</exception>
    public int[] Encode(string text, bool addSpecialTokens)
    {
        var ids = new List<int>(text.Length / 3);
        var words = new List<Piece>();
        foreach (var (piece, token) in added.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            words.Clear();
            if (preTokenizer is null)
            {
                words.Add(piece);
            }
            else
            {
                preTokenizer.Split(piece, words);
            }

            foreach (var word in words.Where(word => !word.IsEmpty))
            {
                model.Encode(word, ids);
            }
        }

        return [.. addSpecialTokens ? AroundText(ids) : postProcessor?.Process(ids, addSpecialTokens: false) ?? ids];
    }

    /// <summary>The ids of a text with the special tokens that stand around every text.</summary>
    /// <param name="ids">Of <see cref="Encode"/> without them.</param>
    public int[] Around(IEnumerable<int> ids) => [.. AroundText([.. ids])];

    /// <summary>The text of ids; ids that are no token are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        var tokens = ids.Select(id => added.TextOf(id) ?? model.TokenOf(id)).OfType<string>().Where(token => !skipSpecialTokens || !added.IsSpecial(token)).ToList();
        return decoder is null ? string.Join(' ', tokens) : string.Concat(decoder.Decode(tokens));
    }

    private List<int> AroundText(List<int> ids) => postProcessor?.Process(ids, addSpecialTokens: true) ?? ids;
}
