using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Architectures;

/// <summary>Which files of published models travel with their weights.</summary>
public sealed class CompanionFilesTests : IDisposable
{
    private const string Modules = """[{"path": ""}, {"path": "1_Pooling"}, {"path": "1_SpladePooling"}, {"path": "0_Words"}]""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    // tokenizers
    [InlineData("tokenizer.json tokenizer_config.json special_tokens_map.json added_tokens.json vocab.json merges.txt vocab.txt")]
    [InlineData("tokenizer.model tokenizer.model.v3 tekken.json spiece.model sentencepiece.bpe.model qwen.tiktoken tiktoken.model source.spm bpe.codes")]
    [InlineData("chat_template.jinja chat_template.json additional_chat_templates/tool_use.jinja chat_templates/rag.jinja")]
    // settings
    [InlineData("generation_config.json preprocessor_config.json processor_config.json video_preprocessor_config.json image_processor.json")]
    [InlineData("modules.json config_sentence_transformers.json sentence_bert_config.json sentence_xlm-roberta_config.json router_config.json")]
    [InlineData("1_Pooling/config.json 1_SpladePooling/config.json 0_Words/whitespacetokenizer_config.json")]
    // texts
    [InlineData("LICENSE LICENSE.txt License.md NOTICE USE_POLICY.md THIRD_PARTY_NOTICES.txt SYSTEM_PROMPT.txt CHAT_SYSTEM_PROMPT.txt")]
    public void What_belongs_to_a_model_travels(string names) => Assert.Equal(names.Split(' ').Order(StringComparer.Ordinal), Among(names.Split(' ')));

    [Theory]
    [InlineData("config.json model.safetensors model.safetensors.index.json README.md merge-manifest.json")]
    [InlineData("trainer_state.json training_args.bin optimizer.pt scheduler.pt rng_state_0.pth checkpoint-10/tokenizer.json")]
    [InlineData("runs/events.out.tfevents.1 wandb/run-1/config.json eval/results.json all_results.json train_results.json training.log")]
    [InlineData("train.jsonl data.json prompts.json requirements.txt samples.txt notes.model.txt")]
    [InlineData("params.json adapter_config.json quantize_config.json hf_quant_config.json")]
    [InlineData("onnx/config.json openvino_model.xml model-Q8_0.gguf tf_model.h5 consolidated.safetensors pytorch_model.bin")]
    [InlineData("modeling_custom.py handler.py .env.json 2_Other/config.json 1_Pooling/notes.json sub/tokenizer.json license.py")]
    public void What_does_not_belong_to_it_stays(string names) => Assert.Empty(Among(names.Split(' ')));

    [Fact]
    public void Code_travels_when_the_settings_name_it_with_what_it_imports_from_beside_it()
    {
        Write("config.json", """{"auto_map": {"AutoConfig": "configuration_x.XConfig", "AutoModel": "org/elsewhere--modeling_y.Y"}, "text_config": {"auto_map": {"AutoModel": "inner.Inner"}}}""");
        Write("tokenizer_config.json", """{"auto_map": {"AutoTokenizer": ["tokenization_x.XTokenizer", null]}}""");
        Write("configuration_x.py", "import torch\nfrom transformers import PretrainedConfig\nfrom .rope import rotate\nfrom .parts.norm import (\n    Norm,\n)\n");
        Write("tokenization_x.py", "from . import words, absent\nfrom ..outside import nothing\n");
        Write("rope.py", "from .configuration_x import XConfig  # a circle\n");
        foreach (var name in new[] { "parts/norm.py", "words.py", "inner.py", "modeling_y.py", "train.py", "transformers.py" })
        {
            Write(name, "pass\n");
        }

        Assert.Equal(
            ["configuration_x.py", "inner.py", "parts/norm.py", "rope.py", "tokenization_x.py", "words.py"],
            CompanionFiles.In(folder.Path).Where(file => file.EndsWith(".py", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_module_of_a_models_own_is_code_and_one_of_a_library_is_not()
    {
        Write("modules.json", """[{"path": "", "type": "custom_st.Transformer"}, {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}, {"path": "", "type": "pylate.models.Dense.Dense"}]""");
        Write("custom_st.py", "pass\n");

        Assert.Equal(["custom_st.py", "modules.json"], CompanionFiles.In(folder.Path));
        Assert.Empty(RemoteCode.NamedBy(_ => null));
    }

    [Theory]
    [InlineData("""{"auto_map": {"AutoModel": "modeling_x.X"}}""", "modeling_x.py", "")]
    [InlineData("""{"auto_map": {"AutoModel": "org/repo--modeling_x.X", "AutoConfig": "org/repo--configuration_x.X"}}""", "", "org/repo")]
    [InlineData("""{"custom_pipelines": {"text": {"impl": "pipeline_x.Pipeline", "pt": ["AutoModel"]}}}""", "pipeline_x.py", "")]
    [InlineData("""{"model_type": "llama"}""", "", "")]
    public void The_settings_tell_files_and_other_repositories_apart(string config, string files, string repositories)
    {
        string? TextOf(string file) => file == "config.json" ? config : null;

        Assert.Equal(files, string.Join(' ', RemoteCode.NamedBy(TextOf)));
        Assert.Equal(repositories, string.Join(' ', RemoteCode.RepositoriesNamedBy(TextOf)));
    }

    [Fact]
    public void A_lock_of_old_without_the_text_of_modules_keeps_their_settings() =>
        Assert.Equal(
            ["1_Pooling/config.json", "modules.json"],
            CompanionFiles.AmongLocked(["1_Pooling/config.json", "config.json", "modules.json", "onnx/config.json", "trainer_state.json"], _ => null));

    [Fact]
    public void A_companion_that_is_a_link_out_of_the_folder_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        File.CreateSymbolicLink(folder["vocab.txt"], "/etc/hostname");
        var refused = Assert.Throws<MergeOpsException>(() => CompanionFiles.In(folder.Path));
        Assert.Equal(Codes.LinkRefused, refused.Diagnostic.Code);
    }

    private static ImmutableArray<string> Among(string[] names) => CompanionFiles.Among(names, file => file == "modules.json" ? Modules : null);

    private void Write(string name, string text) => folder.Write(name, Encoding.UTF8.GetBytes(text));
}
