using System.Globalization;
using System.Text;
using System.Xml;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Structure;

namespace MergeOps.Evaluation.Reports;

/// <summary>JUnit XML: one test case for each structural check and each gate, as continuous integration shows them.</summary>
internal sealed class EvaluationJUnit : ReportFormat
{
    /// <summary>The file's name.</summary>
    public const string File = "junit.xml";

    /// <inheritdoc/>
    public override string FileName => File;

    /// <inheritdoc/>
    public override string Summary => "for continuous integration: a test case for each check and each gate";

    /// <inheritdoc/>
    public override string Text(EvaluationReport report) => Write(report);

    /// <summary>The file's text.</summary>
    public static string Write(EvaluationReport report)
    {
        using var text = new Utf8StringWriter();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            WriteChecks(xml, report);
            WriteGates(xml, report);
            xml.WriteEndElement();
        }

        text.Write('\n');
        return text.ToString();
    }

    private static void WriteChecks(XmlWriter xml, EvaluationReport report)
    {
        var failed = report.Checks.Count(check => check.Verdict == CheckVerdict.Failed);
        var skipped = report.Checks.Count(check => check.Verdict == CheckVerdict.NotApplicable);
        StartSuite(xml, $"{report.Recipe}: structure", report.Checks.Length, failed, skipped);
        foreach (var check in report.Checks)
        {
            StartCase(xml, report.Recipe, check.Name);
            if (check.Verdict != CheckVerdict.Passed)
            {
                WriteMessage(xml, check.Verdict == CheckVerdict.Failed ? "failure" : "skipped", type: null, check.Detail);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteGates(XmlWriter xml, EvaluationReport report)
    {
        StartSuite(xml, $"{report.Recipe}: gates", report.Gates.Length, report.Gates.Count(gate => !gate.Met), skipped: 0);
        foreach (var gate in report.Gates)
        {
            StartCase(xml, report.Recipe, gate.Condition);
            if (!gate.Met)
            {
                WriteMessage(xml, "failure", EvaluationJson.Word(gate.Verdict), gate.Detail);
            }
            else if (gate.Remark is not null)
            {
                xml.WriteElementString("system-out", TerminalText.Escape(gate.Detail));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void StartSuite(XmlWriter xml, string name, int tests, int failures, int skipped)
    {
        xml.WriteStartElement("testsuite");
        WriteAttribute(xml, "name", name);
        WriteAttribute(xml, "tests", tests.ToString(CultureInfo.InvariantCulture));
        WriteAttribute(xml, "failures", failures.ToString(CultureInfo.InvariantCulture));
        WriteAttribute(xml, "skipped", skipped.ToString(CultureInfo.InvariantCulture));
    }

    private static void StartCase(XmlWriter xml, string className, string name)
    {
        xml.WriteStartElement("testcase");
        WriteAttribute(xml, "classname", className);
        WriteAttribute(xml, "name", name);
    }

    private static void WriteMessage(XmlWriter xml, string element, string? type, string message)
    {
        xml.WriteStartElement(element);
        if (type is not null)
        {
            WriteAttribute(xml, "type", type);
        }

        WriteAttribute(xml, "message", message);
        xml.WriteEndElement();
    }

    // XML has no way to write control characters; the terminal's escapes say what was there
    private static void WriteAttribute(XmlWriter xml, string name, string value) =>
        xml.WriteAttributeString(name, TerminalText.Escape(value));

    private sealed class Utf8StringWriter() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
