import js from "@eslint/js";
import tseslint from "typescript-eslint";
import reactHooks from "eslint-plugin-react-hooks";
import jsxA11y from "eslint-plugin-jsx-a11y";

const REFUSED_FILE_NAMES = "utils|helpers|misc|common|shared|types|index";

/** Next asks for a default export in these files; everywhere else exports have names. */
const NEXT_FILES = [
  "app/**/{page,layout,loading,error,not-found,forbidden,global-error}.tsx",
  "app/robots.ts",
  "*.config.{js,ts}",
];

const noEnvironment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: "Only lib/config reads the environment; take the setting from the config instead.",
};
const noSleep = {
  selector: "CallExpression[callee.property.name=/^(waitForTimeout)$/], Literal[value='networkidle']",
  message: "Wait for a condition, never for time to pass.",
};
const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name, so that a thing has one name everywhere.",
};
const noBarrel = {
  selector: "ExportAllDeclaration",
  message: "No barrels: import the file that defines the thing.",
};

/** One rule in one local plugin: a file is named after the one thing inside. */
const houseRules = {
  rules: {
    "file-name": {
      create: (context) => ({
        Program(node) {
          const base = context.filename.split("/").at(-1) ?? "";
          const stem = base.replace(/(\.(test|spec|config|integration))*\.[^.]+$/, "");
          if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem))
            context.report({ node, message: `File name "${base}" is not kebab-case.` });
          if (new RegExp(`^(${REFUSED_FILE_NAMES})$`).test(stem))
            context.report({ node, message: `File name "${base}" says nothing: name the thing it holds.` });
        },
      }),
    },
  },
};

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/**",
      ".next/**",
      "dist/**",
      ".data/**",
      ".tools/**",
      "lib/db/generated/**",
      "next-env.d.ts",
      "test/fixtures/**/target/**",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { house: houseRules },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 4],
      "max-depth": ["error", 3],
      complexity: ["error", 12],
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-syntax": ["error", noEnvironment, noSleep, noDefaultExport, noBarrel],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "house/file-name": "error",
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  {
    files: ["**/*.tsx"],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.recommended],
    rules: {
      "jsx-a11y/no-noninteractive-tabindex": ["error", { tags: [], roles: ["tabpanel", "region"] }],
      "max-lines-per-function": ["error", { max: 100, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["**/*.test.{ts,tsx}", "e2e/**", "test/**", "**/{,*-}conformance.ts"],
    rules: { "max-lines-per-function": "off", "max-params": "off", "max-lines": ["error", 500] },
  },
  {
    files: NEXT_FILES,
    rules: { "no-restricted-syntax": ["error", noEnvironment, noSleep, noBarrel] },
  },
  {
    // Playwright takes a default export here; both hand on by the environment alone.
    files: ["bench/storage.ts", "e2e/demo-server.ts"],
    rules: { "no-restricted-syntax": ["error", noSleep, noBarrel] },
  },
  {
    files: ["lib/config/**"],
    rules: { "no-restricted-syntax": ["error", noSleep, noDefaultExport, noBarrel] },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        module: "writable",
        setTimeout: "readonly",
        fetch: "readonly",
        Buffer: "readonly",
      },
    },
  },
);
