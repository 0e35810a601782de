using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The small files beside <c>config.json</c> that say how a model is put together and used.</summary>
internal static class DescriptionFiles
{
    /// <summary>The parts of a model of sentence-transformers, in the order of their work.</summary>
    public const string Modules = "modules.json";

    /// <summary>The prompts and the similarity of a model of sentence-transformers.</summary>
    public const string SentenceTransformers = "config_sentence_transformers.json";

    /// <summary>How a pipeline of diffusers takes its steps.</summary>
    public const string Scheduler = "scheduler_config.json";

    /// <summary>Bytes of the largest one that is read.</summary>
    public const int LargestFile = 1 << 20;

    private const int Most = 64;

    private static readonly string[] Names =
    [
        Modules, SentenceTransformers, SubModules.RouterFile, "sentence_bert_config.json", ModelFileNames.GenerationConfig, Adapters.SettingsFile, ModelFileNames.Pipeline,
    ];

    /// <summary>Those of a model's files, in their order: the named ones, and the configs and routers of its parts one folder down.</summary>
    public static IEnumerable<string> Among(IEnumerable<string> paths) => paths
        .Where(path => Names.Contains(path, StringComparer.Ordinal) || path.Split('/') is [_, ModelFileNames.Config or SubModules.RouterFile or Scheduler])
        .Take(Most);

    /// <summary>Whether what a file says is compared trait by trait, so that a difference of its texts says nothing more; see <see cref="EmbeddingTraits"/>.</summary>
    public static bool AreComparedAsTraits(string path) =>
        path is Modules or SentenceTransformers || path.EndsWith("/" + ModelFileNames.Config, StringComparison.Ordinal);
}
