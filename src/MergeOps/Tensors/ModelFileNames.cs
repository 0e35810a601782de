namespace MergeOps.Tensors;

/// <summary>The names that libraries give to the files of a model; each stands here alone.</summary>
internal static class ModelFileNames
{
    /// <summary>How the model is made.</summary>
    public const string Config = "config.json";

    /// <summary>How it generates text when nobody says otherwise.</summary>
    public const string GenerationConfig = "generation_config.json";

    /// <summary>The parts of a model of the diffusers library.</summary>
    public const string Pipeline = "model_index.json";

    /// <summary>The weights where they are one file.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>How the name of a file with weights ends.</summary>
    public const string WeightsEnding = ".safetensors";

    /// <summary>How the name of the index of several such files ends.</summary>
    public const string IndexEnding = ".safetensors.index.json";

    /// <summary>Every file with weights of a folder.</summary>
    public const string AnyWeights = "*" + WeightsEnding;

    /// <summary>How the name of a file with pickled weights ends.</summary>
    public const string PickledEnding = ".bin";

    /// <summary>The signature over all other files, where the OpenSSF's own tools look for it.</summary>
    public const string Signature = "model.sig";

    /// <summary>The model card.</summary>
    public const string Card = "README.md";

    /// <summary>The whole tokenizer in the format of the tokenizers library.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>How the tokenizer is used; may name added tokens too.</summary>
    public const string TokenizerConfig = "tokenizer_config.json";

    /// <summary>Pieces of SentencePiece.</summary>
    public const string SentencePiece = "tokenizer.model";

    /// <summary>The pieces of llama2.c's small models.</summary>
    public const string PieceTokenizer = "tokenizer.bin";

    /// <summary>Tokens with their ids, of tokenizers that are older than <see cref="Tokenizer"/>.</summary>
    public const string VocabularyMap = "vocab.json";

    /// <summary>The merges that belong to <see cref="VocabularyMap"/>.</summary>
    public const string Merges = "merges.txt";

    /// <summary>A token on each line, the first one has the id 0.</summary>
    public const string VocabularyLines = "vocab.txt";

    /// <summary>Tokens that were added, with their ids.</summary>
    public const string AddedTokens = "added_tokens.json";

    /// <summary>The tokens that begin, end, fill and so on.</summary>
    public const string SpecialTokens = "special_tokens_map.json";

    /// <summary>The chat template where it has a file of its own.</summary>
    public const string ChatTemplate = "chat_template.jinja";

    /// <summary>The ending of chat templates.</summary>
    public const string TemplateEnding = ".jinja";
}
