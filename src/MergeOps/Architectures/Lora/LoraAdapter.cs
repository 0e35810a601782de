using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures.Lora;

/// <summary>An adapter of LoRA as its files say it, before anybody knows the model under it.</summary>
/// <param name="Naming">How its tensors are named.</param>
/// <param name="Parts">What it holds for each part of a model, in ordinal order of their names.</param>
internal sealed record LoraAdapter(LoraNaming Naming, IReadOnlyList<LoraPart> Parts)
{
    private const int MostNamed = 4;

    /// <summary>Understands an adapter; null when there are problems.</summary>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="settings">The text of <see cref="Adapters.SettingsFile"/>; null when there is none.</param>
    /// <param name="metadata">The settings that diffusers keeps in the file; null when there are none.</param>
    /// <param name="problems">Takes each reason why it cannot be applied.</param>
    public static LoraAdapter? Read(IReadOnlyCollection<TensorInfo> tensors, string? settings, string? metadata, LoraProblems problems)
    {
        List<string> names = [.. tensors.Select(tensor => tensor.Name)];
        if (LoraNaming.Of(names, settings is not null) is not { } naming)
        {
            if (names.Exists(name => name.Contains(".lora_A.", StringComparison.Ordinal) || name.Contains(".lora_B.", StringComparison.Ordinal)))
            {
                problems.Damage.Add($"it has no {Adapters.SettingsFile}, and without its 'lora_alpha' the strength of the change is unknown");
            }
            else
            {
                problems.Foreign.Add("its tensors are not those of a LoRA that is known here (PEFT, kohya's trainers, diffusers)");
            }

            return null;
        }

        var read = tensors.Select(tensor => (Tensor: tensor, Name: naming.Read(tensor.Name))).ToList();
        if (read.FindAll(one => one.Name is null) is [_, ..] unknown)
        {
            problems.Foreign.Add($"{NameList.Of([.. unknown.Select(one => one.Tensor.Name)])} {(unknown.Count == 1 ? "is not a tensor" : "are not tensors")} of a plain LoRA");
        }

        var ofAll = settings is null ? null : LoraSettings.Parse(settings, problems);
        var ofParts = metadata is null ? null : PartsOf(metadata, problems);
        var parts = new List<LoraPart>();
        foreach (var part in read.Where(one => one.Name is not null).GroupBy(one => one.Name!.Value.Part, StringComparer.Ordinal).OrderBy(part => part.Key, StringComparer.Ordinal))
        {
            parts.Add(PartOf(part.Key, part.Select(one => (one.Tensor, one.Name!.Value)), ofAll ?? ofParts?.GetValueOrDefault(part.Key), problems));
        }

        if (parts.Count == 0 && !problems.Any)
        {
            problems.Damage.Add("it holds no tensors");
        }

        return !problems.Any ? new(naming, parts) : null;
    }

    private static LoraPart PartOf(string part, IEnumerable<(TensorInfo Tensor, LoraName Name)> tensors, LoraSettings? settings, LoraProblems problems)
    {
        var modules = new SortedDictionary<string, LoraModule>(StringComparer.Ordinal);
        var replacements = new List<LoraReplacement>();
        foreach (var (tensor, name) in tensors)
        {
            var module = modules.GetValueOrDefault(name.Module) ?? new(name.Module);
            switch (name.Tensor)
            {
                case LoraTensor.Replacement:
                    replacements.Add(new(name.Module, tensor));
                    continue;
                case LoraTensor.A or LoraTensor.EmbeddingA when module.A is null:
                    module = module with { A = tensor, IsEmbedding = name.Tensor is LoraTensor.EmbeddingA };
                    break;
                case LoraTensor.B or LoraTensor.EmbeddingB when module.B is null:
                    module = module with { B = tensor };
                    break;
                case LoraTensor.Alpha when module.Alpha is null:
                    module = module with { Alpha = tensor };
                    break;
                case LoraTensor.Magnitude when module.Magnitude is null:
                    module = module with { Magnitude = tensor };
                    break;
                default:
                    problems.Damage.Add($"{TerminalText.Quoted(tensor.Name)} occurs a second time under a different name");
                    break;
            }

            modules[name.Module] = module;
        }

        Require(modules.Values, settings, problems.Damage);
        var ofParameters = modules.Values.Where(module => IsOfParameter(module, settings)).ToList();
        replacements.Sort((first, second) => string.CompareOrdinal(first.Name, second.Name));
        if (replacements.GroupBy(replacement => replacement.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            problems.Damage.Add($"{TerminalText.Quoted(twice.Key)} occurs twice, as {NameList.Of([.. twice.Select(replacement => replacement.Tensor.Name)])}");
        }

        return new(part, [.. modules.Values.Except(ofParameters)], replacements, settings) { Parameters = ofParameters };
    }

    private static bool IsOfParameter(LoraModule module, LoraSettings? settings) => settings?.Parameters.MayHave(module.Name) == true && !settings.Targets.Name(module.Name);

    private static void Require(ICollection<LoraModule> modules, LoraSettings? settings, List<string> problems)
    {
        Report("without its second factor (lora_B)", modules.Where(module => module is { A: not null, B: null }));
        Report("without its first factor (lora_A)", modules.Where(module => module is { A: null, B: not null }));
        Report("with a scale and no factors", modules.Where(module => module is { A: null, B: null }));
        if (settings?.IsDora == true)
        {
            Report("without its lengths (lora_magnitude_vector), though 'use_dora' is true", modules.Where(module => module is { A: not null, B: not null, Magnitude: null }));
        }
        else
        {
            Report("with lengths (lora_magnitude_vector), though 'use_dora' is not true", modules.Where(module => module.Magnitude is not null));
        }

        if (settings is { IsDora: true })
        {
            Report("of parameters with 'use_dora', which PEFT cannot train", modules.Where(module => IsOfParameter(module, settings)));
        }

        if (settings is not null)
        {
            Report("that the settings give no factors to ('target_modules', 'exclude_modules', 'layers_to_transform'; PEFT leaves them out)", modules.Where(module => !IsOfParameter(module, settings) && !settings.Targets.Has(module.Name)));
        }

        void Report(string what, IEnumerable<LoraModule> wrong)
        {
            List<string> names = [.. wrong.Select(module => module.Name)];
            if (names.Count > 0)
            {
                problems.Add($"it has {(names.Count == 1 ? "a module" : $"{names.Count:N0} modules")} {what}: {NameList.Of(names.Take(MostNamed), names.Count)}");
            }
        }
    }

    // one flat map of all parts, each key with its part before it
    private static Dictionary<string, LoraSettings>? PartsOf(string metadata, LoraProblems problems)
    {
        if (ModelJson.TryParse(metadata, out var whyNot) is not JsonObject root)
        {
            problems.Damage.Add($"the settings in its header are not valid JSON. {whyNot?.TrimEnd('.') ?? "They are not an object"}");
            return null;
        }

        var parts = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (key, value) in root)
        {
            var dot = key.IndexOf('.', StringComparison.Ordinal);
            var part = dot < 0 ? "" : key[..dot];
            if (!parts.TryGetValue(part, out var own))
            {
                parts[part] = own = [];
            }

            own[key[(dot + 1)..]] = value?.DeepClone();
        }

        return parts.ToDictionary(part => part.Key, part => LoraSettings.Of(part.Value, problems), StringComparer.Ordinal);
    }
}
