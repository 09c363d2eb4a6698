import type { ExportFormat, ExportFormatName } from './export-format.js';
import { exportOnnx } from './export-onnx.js';
import { exportSafetensors } from './export-safetensors.js';
import { exportSavedModel } from './export-saved-model.js';
import { exportTfjs } from './export-tfjs.js';
import { exportWeb } from './export-web.js';

/** Every kind of export by its name. */
export const exportFormats: Readonly<Record<ExportFormatName, ExportFormat>> = {
  onnx: exportOnnx,
  'saved-model': exportSavedModel,
  tfjs: exportTfjs,
  safetensors: exportSafetensors,
  web: exportWeb,
};
